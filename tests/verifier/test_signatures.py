"""The verifier's own Ed25519, P-256 and RSA, held against a library that does nothing else."""

import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verifier.running import verifier

SHA256 = ec.ECDSA(Prehashed(hashes.SHA256()))
N = verifier.P256.n


def library_accepts_ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def library_accepts_p256(key: ec.EllipticCurvePublicKey, digest: bytes, r: int, s: int) -> bool:
    try:
        key.verify(encode_dss_signature(r, s), digest, SHA256)
    except InvalidSignature:
        return False
    return True


@settings(max_examples=60)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.data())
def test_ed25519_agrees_on_good_and_bent_signatures(seed: bytes, message: bytes, data: st.DataObject) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    signature = bytearray(private.sign(message))
    assert verifier.ed25519(public, message, bytes(signature))
    signature[data.draw(st.integers(0, 63))] ^= data.draw(st.integers(0, 255))
    bent = bytes(signature)
    assert verifier.ed25519(public, message, bent) == library_accepts_ed25519(public, message, bent)
    assert not verifier.ed25519(public, message + b"x", private.sign(message))


@settings(max_examples=40)
@given(st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64))
def test_ed25519_agrees_on_noise(public: bytes, signature: bytes) -> None:
    assert verifier.ed25519(public, b"m", signature) == library_accepts_ed25519(public, b"m", signature)


def test_ed25519_refuses_the_second_form_of_a_signature() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    signature = private.sign(b"m")
    again = int.from_bytes(signature[32:], "little") + verifier.L
    assert not verifier.ed25519(public, b"m", signature[:32] + again.to_bytes(32, "little"))


@settings(max_examples=60)
@given(st.integers(1, N - 1), st.binary(max_size=80), st.integers(-3, 3), st.integers(-3, 3))
def test_p256_agrees_on_good_and_bent_signatures(secret: int, message: bytes, more_r: int, more_s: int) -> None:
    private = ec.derive_private_key(secret, ec.SECP256R1())
    public = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    digest = hashlib.sha256(message).digest()
    r, s = decode_dss_signature(private.sign(digest, SHA256))
    assert verifier.ecdsa(verifier.P256, public, digest, r, s)
    bent = (r + more_r, s + more_s)
    assert verifier.ecdsa(verifier.P256, public, digest, *bent) == library_accepts_p256(
        private.public_key(), digest, *bent
    )
    assert not verifier.ecdsa(verifier.P256, public, hashlib.sha256(message + b"x").digest(), r, s)


@settings(max_examples=40)
@given(st.one_of(st.integers(0, 4), st.integers(N - 4, N + 4)), st.one_of(st.integers(0, 4), st.integers(N - 4, N + 4)))
def test_p256_agrees_at_the_edges(r: int, s: int) -> None:
    key = ec.derive_private_key(1, ec.SECP256R1()).public_key()
    public = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    for digest in (bytes(32), b"\xff" * 32, N.to_bytes(32, "big")):
        assert verifier.ecdsa(verifier.P256, public, digest, r, s) == library_accepts_p256(key, digest, r, s)


def test_p256_refuses_a_point_off_the_curve() -> None:
    assert not verifier.ecdsa(verifier.P256, b"\x04" + bytes(63) + b"\x01", bytes(32), 1, 1)
    assert not verifier.ecdsa(verifier.P256, b"", bytes(32), 1, 1)


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.mark.parametrize("algorithm", [hashes.SHA256(), hashes.SHA384(), hashes.SHA512()])
def test_rsa_accepts_what_was_signed_and_nothing_else(
    rsa_key: rsa.RSAPrivateKey, algorithm: hashes.HashAlgorithm
) -> None:
    numbers = rsa_key.public_key().public_numbers()
    signature = rsa_key.sign(b"m", padding.PKCS1v15(), algorithm)
    digest = hashlib.new(algorithm.name, b"m").digest()
    about = (numbers.n, numbers.e, algorithm.name)
    assert verifier.rsa_pkcs1(*about, digest, signature)
    assert not verifier.rsa_pkcs1(*about, hashlib.new(algorithm.name, b"n").digest(), signature)
    assert not verifier.rsa_pkcs1(*about, digest, signature[:-1] + bytes([signature[-1] ^ 1]))
    assert not verifier.rsa_pkcs1(*about, digest, b"\x00" + signature)


def test_rsa_with_padding_that_hides_something_is_refused(rsa_key: rsa.RSAPrivateKey) -> None:
    """A block whose digest stands too early, with free bytes after it, is how short exponents were once forged."""
    numbers = rsa_key.private_numbers()
    told = verifier.DIGEST_INFO["sha256"] + hashlib.sha256(b"m").digest()
    block = b"\x00\x01" + b"\xff" * 8 + b"\x00" + told
    forged = pow(int.from_bytes(block.ljust(256, b"\x00"), "big"), numbers.d, numbers.public_numbers.n)
    about = (numbers.public_numbers.n, numbers.public_numbers.e, "sha256")
    assert not verifier.rsa_pkcs1(*about, hashlib.sha256(b"m").digest(), forged.to_bytes(256, "big"))
