"""Bearer tokens: what is forged, stale, early, for others, or signed by the wrong kind of key is not valid."""

from __future__ import annotations

import base64
import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from starlette.requests import Request

from paramql.server import Bearer, PublishedKeys, Refusal, SharedKey

KEY = b"a key that has thirty-two bytes!"
RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())
PUBLIC = RSA.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
RSA_JWK = {**RSAAlgorithm.to_jwk(RSA.public_key(), as_dict=True), "kid": "r", "alg": "RS256"}
EC_JWK = {**ECAlgorithm.to_jwk(EC.public_key(), as_dict=True), "kid": "e"}
HMAC_JWK = {"kty": "oct", "kid": "h", "alg": "HS256", "k": base64.urlsafe_b64encode(KEY).decode().rstrip("=")}


def claims(**changed: Any) -> dict[str, Any]:
    now = int(time.time())
    given = {"iss": "issuer", "aud": "service", "exp": now + 60, "nbf": now, "who": "me"} | changed
    return {name: value for name, value in given.items() if value is not None}


def signed(key: Any = KEY, algorithm: str = "HS256", kid: str | None = None, **changed: Any) -> str:
    return jwt.encode(claims(**changed), key, algorithm, headers={"kid": kid} if kid else None)


def request(*values: str) -> Request:
    headers = [(b"authorization", value.encode("latin-1")) for value in values]
    return Request({"type": "http", "headers": headers})


def refusal(keys: SharedKey | PublishedKeys, *values: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        Bearer(keys, "issuer", "service").claims(request(*values))
    return caught.value


def accepted(keys: SharedKey | PublishedKeys, token: str) -> bool:
    return bool(Bearer(keys, "issuer", "service").claims(request(f"Bearer {token}"))["who"] == "me")


SHARED, NOW = SharedKey(KEY), int(time.time())


def test_a_token_of_ours_is_valid_however_the_scheme_is_written() -> None:
    assert Bearer(SHARED, "issuer", "service").claims(request(f"bEARER  {signed()} "))["who"] == "me"


@pytest.mark.parametrize("values", [(), ("",), ("Basic x",), (f"Bearer {signed()}", f"Bearer {signed()}")])
def test_without_one_token_there_is_a_challenge(values: tuple[str, ...]) -> None:
    refused = refusal(SHARED, *values)
    assert (refused.status, refused.headers) == (401, {"WWW-Authenticate": "Bearer"})


UNSIGNED = jwt.encode(claims(), "", "none")
BAD: dict[str, str] = {
    "no token": "",
    "no parts": "x",
    "not ASCII": "ø.ø.ø",
    "not signed": UNSIGNED,
    "another key": signed(b"another key of thirty-two bytes!"),
    "another algorithm": signed(KEY * 2, algorithm="HS512"),
    "changed": signed()[:-4] + "AAAA",
    "too long": signed(more="x" * 9000),
    "expired": signed(exp=NOW - 60),
    "never expires": signed(exp=None),
    "expires at a word": jwt.api_jws.encode(json.dumps(claims(exp="soon")).encode(), KEY),
    "not yet": signed(nbf=NOW + 600),
    "of another issuer": signed(iss="other"),
    "of no issuer": signed(iss=None),
    "for another": signed(aud="other"),
    "for nobody": signed(aud=None),
    "no object": jwt.api_jws.encode(b"[]", KEY),
}


@pytest.mark.parametrize("token", BAD.values(), ids=BAD)
def test_what_is_not_valid_is_told_no_more(token: str) -> None:
    refused = refusal(SHARED, f"Bearer {token}")
    assert (refused.status, refused.detail) == (401, "the token is not valid")
    assert refused.headers == {"WWW-Authenticate": 'Bearer error="invalid_token"'}


def test_a_token_that_is_nested_too_deep_to_be_read_is_not_valid() -> None:
    class Deep(SharedKey):
        def verified(self, token: str, **expected: Any) -> Any:
            raise RecursionError

    refused = refusal(Deep(KEY), "Bearer x")
    assert (refused.status, refused.detail) == (401, "the token is not valid")


def test_a_shared_key_is_long() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        SharedKey(b"short")


def forged() -> str:
    """A token signed with the text of the published key as a secret, which PyJWT would not make."""
    import hashlib
    import hmac

    parts = [json.dumps(one).encode() for one in ({"alg": "HS256", "typ": "JWT", "kid": "r"}, claims())]
    body = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = base64.urlsafe_b64encode(hmac.digest(PUBLIC, body, hashlib.sha256)).rstrip(b"=")
    return (body + b"." + signature).decode()


def published(*found: dict[str, Any]) -> PublishedKeys:
    return PublishedKeys(lambda: {"keys": list(found)})


def test_published_keys_verify_by_their_name() -> None:
    keys = published(RSA_JWK, EC_JWK, {"kty": "unknown", "kid": "u"})
    assert accepted(keys, signed(RSA, "RS256", "r"))
    assert accepted(keys, signed(EC, "ES256", "e"))


@pytest.mark.parametrize(
    "make",
    [
        lambda: signed(RSA, "RS256"),
        lambda: signed(RSA, "RS256", "other"),
        lambda: signed(EC, "ES256", "r"),
        lambda: signed(RSA, "RS512", "r"),
        lambda: jwt.api_jws.encode(json.dumps(claims()).encode(), KEY, headers={"kid": "h"}),
        forged,
        lambda: UNSIGNED,
    ],
    ids="no name,another name,another key,another algorithm,a secret among them,the key as a secret,none".split(","),
)
def test_no_other_key_or_algorithm_verifies(make: Callable[[], str]) -> None:
    assert refusal(published(RSA_JWK, EC_JWK, HMAC_JWK), f"Bearer {make()}").status == 401


def test_keys_are_read_again_when_one_is_new_and_not_for_each_token(monkeypatch: pytest.MonkeyPatch) -> None:
    now, sets = [1000.0], [[RSA_JWK]]
    reads: list[float] = []

    def read() -> dict[str, Any]:
        reads.append(now[0])
        if not sets:
            raise OSError
        return {"keys": sets[0]}

    monkeypatch.setattr("paramql.server.bearer.time.monotonic", lambda: now[0])
    keys = PublishedKeys(read, every=600, pause=30)
    assert accepted(keys, signed(RSA, "RS256", "r"))
    sets[0] = [RSA_JWK, EC_JWK]
    for _ in range(5):
        assert refusal(keys, f"Bearer {signed(EC, 'ES256', 'e')}").status == 401
    assert reads == [1000.0]
    now[0] += 31
    assert accepted(keys, signed(EC, "ES256", "e"))
    sets.clear()
    now[0] += 601
    assert accepted(keys, signed(RSA, "RS256", "r"))
    assert reads == [1000.0, 1031.0, 1632.0]


@pytest.mark.parametrize("text", ["5", "[1]", '{"keys": 5}', '{"keys": [5]}', "{"])
def test_what_holds_no_keys_is_told_when_the_service_starts(text: str, tmp_path: Path) -> None:
    file = tmp_path / "jwks.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"no published keys .* from .*jwks.json"):
        PublishedKeys.at(str(file))


def test_keys_are_at_a_file_or_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps({"keys": [RSA_JWK]})
    file = tmp_path / "jwks.json"
    file.write_text(text, encoding="utf-8")
    assert accepted(PublishedKeys.at(str(file)), signed(RSA, "RS256", "r"))
    for place in ("http://issuer.example/jwks", str(tmp_path / "none")):
        with pytest.raises(ValueError, match="key"):
            PublishedKeys.at(place)
    asked: list[str] = []

    def opened(address: str, timeout: float) -> io.BytesIO:
        asked.append(address)
        return io.BytesIO(text.encode())

    monkeypatch.setattr("urllib.request.urlopen", opened)
    assert accepted(PublishedKeys.at("https://issuer.example/jwks"), signed(RSA, "RS256", "r"))
    assert asked == ["https://issuer.example/jwks"]
