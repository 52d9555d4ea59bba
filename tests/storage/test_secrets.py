"""No card number rests in the data directory but sealed, and none at all once its transaction is settled."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend

from app.domain import records as r
from app.domain.card import IssuedSecret, Pan
from app.domain.host import Cause
from app.domain.verb import Verb
from app.storage.errors import Damaged, KeyMissing, VaultExposed
from app.storage.journal import Journal
from app.storage.vault import Key, Vault, VaultWarning
from tests.storage.world import PAN, STAMP, TRACK2, Till, kroner, open_journal


def everything(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def snapshot(till: Till, directory: Path) -> dict[str, bytes]:
    """The directory as a thief would find it; taken by another process, because closing a file drops its locks."""
    copied = directory.with_name(directory.name + "-copy")
    os.spawnlp(os.P_WAIT, "cp", "cp", "-r", str(directory), str(copied))
    content = everything(copied)
    os.spawnlp(os.P_WAIT, "rm", "rm", "-r", str(copied))
    assert "journal.db" in content
    return content


def assert_clean(files: dict[str, bytes], *secrets: str) -> None:
    for name, content in files.items():
        for secret in (*secrets, PAN, TRACK2, PAN[:12], PAN[-12:]):
            assert secret.encode() not in content, name


def test_an_open_card_is_only_there_sealed(tmp_path: Path) -> None:
    directory = tmp_path / "data"
    till = Till(open_journal(directory))
    identity = till.stored()
    till.push(identity, r.ForwardSent(), r.Silence(Cause.TIMEOUT))
    assert till.journal.unsealed(identity) is not None
    assert_clean(snapshot(till, directory))
    till.journal.close()
    assert_clean(everything(directory))


def test_a_settled_card_leaves_not_even_its_cipher_text(tmp_path: Path) -> None:
    directory = tmp_path / "data"
    till = Till(open_journal(directory))
    identity = till.sent()
    ((sealed,),) = till.journal._store.all("SELECT sealed FROM txn")
    assert any(sealed in content for content in snapshot(till, directory).values())
    till.push(identity, r.Approved("host", "account", kroner(100)))
    assert till.journal.tidy()
    after = snapshot(till, directory)
    assert not any(sealed in content or sealed[13:29] in content for content in after.values())
    assert_clean(after)
    till.journal.close()


def test_a_new_card_s_secrets_are_gone_once_it_is_handed_over(tmp_path: Path) -> None:
    directory = tmp_path / "data"
    till = Till(open_journal(directory))
    identity = till.sent(verb=Verb.ISSUE)
    till.push(identity, r.Approved("h", "a", kroner(1)), secret=IssuedSecret(Pan(PAN), "456", None, "CODE-77", "8642"))
    ((sealed,),) = till.journal._store.all("SELECT sealed FROM txn")
    assert_clean(snapshot(till, directory), "CODE-77")
    till.push(identity, r.HandedOver())
    till.journal.tidy()
    assert not any(sealed in content for content in snapshot(till, directory).values())
    till.journal.close()


def test_an_approval_erases_the_card_even_where_a_person_must_look(tmp_path: Path) -> None:
    till = Till(open_journal(tmp_path))
    identity = till.sent()
    told = till.push(identity, r.Silence(Cause.RESTART), r.RepeatSent(), r.Approved("h", "a", kroner(100)))
    assert told.is_open
    assert till.journal.unsealed(identity) is None
    till.journal.close()


# --- the vault


class Ring(KeyringBackend):
    """A keyring as a desktop has one, in memory."""

    priority = 5.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring's own
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


def test_keys_are_drawn_once_and_shown_by_nothing(tmp_path: Path) -> None:
    vault = Vault.open(tmp_path)
    keys = [vault.key(name) for name in Key]
    assert len({*keys}) == 3
    assert all(len(key) == 32 for key in keys)
    assert [Vault.open(tmp_path).key(name) for name in Key] == keys
    assert all(key.hex() not in repr(vault) for key in keys)
    assert (tmp_path / "vault").stat().st_mode & 0o777 == 0o600
    assert (vault.warning, vault.names()) == (VaultWarning.FILE, ("card-hash", "journal-mac", "seal"))


def test_credentials_are_kept_and_own_keys_never_exchanged(tmp_path: Path) -> None:
    vault = Vault.open(tmp_path)
    vault.put("swedbankpay:client-secret", "s3cret")
    vault.put("pin-working:swedbankpay", "00" * 16)
    again = Vault.open(tmp_path)
    assert again.secret("swedbankpay:client-secret") == "s3cret"
    assert again.key("pin-working:swedbankpay") == bytes(16)
    assert again.secret("nothing") is None
    with pytest.raises(KeyMissing):
        again.key("nothing")
    with pytest.raises(ValueError, match="never exchanged"):
        again.put(Key.SEAL, "00" * 32)


def test_a_card_is_found_again_by_a_keyed_hash(tmp_path: Path) -> None:
    one, other = Vault.open(tmp_path / "one"), Vault.open(tmp_path / "other")
    assert one.card_key(Pan(PAN)) == Vault.open(tmp_path / "one").card_key(Pan(PAN))
    assert one.card_key(Pan(PAN)) != other.card_key(Pan(PAN))
    assert len(one.card_key(Pan(PAN))) == 64


def test_a_key_file_that_others_can_read_is_told_and_refused_in_production(tmp_path: Path) -> None:
    Vault.open(tmp_path)
    (tmp_path / "vault").chmod(0o644)
    assert Vault.open(tmp_path).warning is VaultWarning.EXPOSED
    with pytest.raises(VaultExposed):
        Vault.open(tmp_path, production=True)


def test_lost_keys_are_never_drawn_anew_beside_a_journal(tmp_path: Path) -> None:
    open_journal(tmp_path).close()
    (tmp_path / "vault").unlink()
    with pytest.raises(KeyMissing):
        Vault.open(tmp_path)
    (tmp_path / "vault").write_bytes(b"")
    with pytest.raises(Damaged):
        Vault.open(tmp_path)
    (tmp_path / "vault").write_bytes(b"{")
    with pytest.raises(Damaged):
        Vault.open(tmp_path)


def test_another_key_does_not_open_the_journal(tmp_path: Path) -> None:
    till = Till(open_journal(tmp_path / "one"))
    till.approved()
    till.journal.close()
    other = Vault.open(tmp_path / "two")
    with pytest.raises(Damaged):
        Journal.open(tmp_path / "one", other, STAMP)


def test_a_desktop_s_keyring_keeps_the_keys_out_of_the_directory(tmp_path: Path) -> None:
    ring = Ring()
    vault = Vault.open(tmp_path, use_keyring=True, backend=ring)
    assert vault.warning is VaultWarning.NONE
    assert not (tmp_path / "vault").exists()
    assert Vault.open(tmp_path, use_keyring=True, backend=ring).key(Key.SEAL) == vault.key(Key.SEAL)
    vault.put("name", "value")
    assert Vault.open(tmp_path, use_keyring=True, backend=ring).secret("name") == "value"


def test_a_desktop_without_a_keyring_uses_the_file(tmp_path: Path) -> None:
    assert Vault.open(tmp_path, use_keyring=True).warning in (VaultWarning.FILE, VaultWarning.NONE)
