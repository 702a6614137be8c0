"""Signed and locked messages, as their structure shows them; and what an opaque signature encloses."""

from __future__ import annotations

import email
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from intake.decoding.message import decode
from intake.decoding.parts import read_tree
from intake.decoding.seals import enclosed, seals_of_text
from intake.vocabulary.mail import Seal

TOP = b"From: Amina <amina@labo.example>\r\nSubject: Sealed\r\nMIME-Version: 1.0\r\n"
LETTER = b"Content-Type: text/plain; charset=utf-8\r\n\r\nThe signed words.\r\n"


@pytest.fixture(scope="module")
def signer() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Amina")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return certificate, key


Signer = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def signed(signer: Signer, encoding: Encoding, *options: pkcs7.PKCS7Options) -> bytes:
    builder = pkcs7.PKCS7SignatureBuilder().set_data(LETTER).add_signer(*signer, hashes.SHA256())
    return builder.sign(encoding, list(options))


def multipart(kind: str, protocol: str, *parts: bytes) -> bytes:
    head = f'Content-Type: multipart/{kind}; protocol="{protocol}"; boundary=s\r\n\r\n'.encode()
    return TOP + head + b"".join(b"--s\r\n" + part + b"\r\n" for part in parts) + b"--s--\r\n"


SIGNATURE = b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nMII="


@pytest.mark.parametrize(
    ("octets", "seals"),
    [
        (multipart("signed", "application/pkcs7-signature", LETTER, SIGNATURE), (Seal.SMIME_SIGNED,)),
        (multipart("signed", "application/x-pkcs7-signature", LETTER, SIGNATURE), (Seal.SMIME_SIGNED,)),
        (multipart("signed", "application/pgp-signature", LETTER, SIGNATURE), (Seal.PGP_SIGNED,)),
        (multipart("encrypted", "application/pgp-encrypted", b"\r\nVersion: 1", b"\r\nx"), (Seal.PGP_ENCRYPTED,)),
        (TOP + b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nx", (Seal.SMIME_ENCRYPTED,)),
        (TOP + b"Content-Type: application/x-pkcs7-mime; name=smime.p7m\r\n\r\nx", (Seal.SMIME_ENCRYPTED,)),
        (TOP + b"Content-Type: application/pkcs7-mime; smime-type=certs-only\r\n\r\nx", ()),
        (TOP + b"\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nabc\r\n-----END PGP MESSAGE-----\r\n", (Seal.PGP_ENCRYPTED,)),
        (TOP + b"\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nwords\r\n", (Seal.PGP_SIGNED,)),
        (TOP + b"\r\nSomebody wrote -----BEGIN PGP MESSAGE----- in a sentence.\r\n", ()),
        (TOP + LETTER, ()),
    ],
)
def test_a_seal_is_known_by_the_structure(octets: bytes, seals: tuple[Seal, ...]) -> None:
    assert decode(octets).seals == seals


def test_words_of_a_clear_signature_are_the_text_and_the_signature_is_a_file(signer: Signer) -> None:
    smime = signed(signer, Encoding.SMIME, pkcs7.PKCS7Options.DetachedSignature)
    message = decode(TOP + smime.removeprefix(b"MIME-Version: 1.0\n"))
    assert (message.seals, message.text) == ((Seal.SMIME_SIGNED,), "The signed words.")
    assert [one.name for one in message.attachments] == ["smime.p7s"]


@pytest.mark.system("openssl")
def test_what_was_signed_is_kept_so_exactly_that_the_signature_holds(signer: Signer, tmp_path: Path) -> None:
    smime = signed(signer, Encoding.SMIME, pkcs7.PKCS7Options.DetachedSignature)
    kept = read_tree(smime).children[0].exact
    theirs = email.message_from_bytes(smime).get_payload()[1].get_payload(decode=True)
    assert kept == LETTER
    (tmp_path / "kept").write_bytes(kept)
    (tmp_path / "signature").write_bytes(theirs)
    command = ["openssl", "cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-in", tmp_path / "signature"]
    subprocess.run([*command, "-content", tmp_path / "kept", "-out", tmp_path / "out"], check=True, capture_output=True)
    assert (tmp_path / "out").read_bytes() == LETTER


@pytest.mark.parametrize("pieces", [False, True], ids=["der", "indefinite"])
def test_words_of_an_opaque_signature_are_the_text_too(signer: Signer, pieces: bool) -> None:
    der = signed(signer, Encoding.DER, pkcs7.PKCS7Options.Binary)
    if pieces:
        inner = b"\x04\x10" + LETTER[:16] + b"\x04" + bytes([len(LETTER) - 16]) + LETTER[16:]
        content = b"\xa0\x80\x24\x80" + inner + b"\0\0\0\0"
        info = b"\x30\x80\x06\x09" + bytes.fromhex("2a864886f70d010701") + content + b"\0\0"
        data = b"\x30\x80\x02\x01\x01\x31\x00" + info + b"\x31\x00\0\0"
        der = b"\x30\x80\x06\x09" + bytes.fromhex("2a864886f70d010702") + b"\xa0\x80" + data + b"\0\0\0\0"
    assert enclosed(der) == LETTER
    head = b"Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n\r\n"
    message = decode(TOP + head + der)
    assert (message.seals, message.text) == ((Seal.SMIME_SIGNED,), "The signed words.")
    assert [one.name for one in message.attachments] == ["smime.p7m"]


def test_a_locked_message_is_told_from_a_signed_one_by_its_octets() -> None:
    """Outlook names both smime.p7m, and some relays cut the parameters off."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Desk")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    certificate = builder.sign(key, hashes.SHA256())
    envelope = pkcs7.PKCS7EnvelopeBuilder().set_data(LETTER).add_recipient(certificate)
    der = envelope.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])
    message = decode(TOP + b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\n" + der)
    assert message.seals == (Seal.SMIME_ENCRYPTED,)
    assert enclosed(der) is None


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\x30",
        b"\x30\x80" * 1000,
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x0b\x06\x09" + bytes.fromhex("2a864886f70d010702"),
        b"\x30\x80\x06\x09" + bytes.fromhex("2a864886f70d010702") + b"\xa0\x80\x30\x80" + b"\x24\x80" * 100_000,
        b"\x24\x80" * 1_000_000,
    ],
)
def test_broken_structures_enclose_nothing_and_take_no_time(octets: bytes) -> None:
    start = time.process_time()
    assert enclosed(octets) is None
    assert time.process_time() - start < 1


def test_armour_is_looked_for_in_little_time() -> None:
    start = time.process_time()
    assert seals_of_text("-----BEGIN PGP \n" * 200_000) == ()
    assert time.process_time() - start < 1
