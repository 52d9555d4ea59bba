"""The faces beside the first one, by the name they have in the contract. None is open unless it is asked for."""

from app.issuer.faces.dintero.face import DinteroFace
from app.issuer.faces.gr4vy.face import Gr4vyFace
from app.issuer.faces.parpay.routes import ParPayFace
from app.issuer.ground import Faces

FURTHER: Faces = {
    "parpay": ParPayFace,
    "dintero": DinteroFace,
    "gr4vy": Gr4vyFace,
}
