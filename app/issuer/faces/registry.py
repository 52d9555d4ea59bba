"""The faces, by the name they have in the contract and in its order. None is open unless it is asked for."""

from app.issuer.faces.dintero.face import DinteroFace
from app.issuer.faces.gr4vy.face import Gr4vyFace
from app.issuer.faces.parpay.routes import ParPayFace
from app.issuer.ground import Faces
from app.issuer.ledger import FIRST_FACE

FURTHER: Faces = {
    "parpay": ParPayFace,
    "gr4vy": Gr4vyFace,
    "dintero": DinteroFace,
}
"""Those beside the first one."""

ALL_FACES: tuple[str, ...] = (FIRST_FACE, *FURTHER)
"""Every vendor's API there is: what the command serves when it is not told otherwise."""
