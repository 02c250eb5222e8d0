"""Both signature schemes against vectors made by an unmodified client (§3.2 of the API notes)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bellwether.gateway.faults import Refused, WrongShape
from bellwether.gateway.hyperliquid import decode, signing
from tests.gateway.wallet import account

VECTORS = json.loads((Path(__file__).parent / "signing_vectors.json").read_text())
SIGNER = bytes.fromhex("14791697260e4c9a71f18484c9f997b308e59325")

by_name = pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])


def connection_of(vector: dict[str, Any], packed: bytes) -> bytes:
    vault = vector["vaultAddress"]
    return signing.connection_id(
        packed,
        vector["nonce"],
        None if vault is None else bytes.fromhex(vault[2:]),
        vector["expiresAfter"],
    )


def digest_of(vector: dict[str, Any]) -> bytes:
    if vector["action"]["type"] in signing.USER_SIGNED:
        return signing.user_signed_digest(vector["action"])
    connection = connection_of(vector, msgspec.msgpack.encode(vector["action"]))
    return signing.agent_digest(connection, "a")


def signature_of(vector: dict[str, Any]) -> bytes:
    given = vector["signature"]
    return signing.signature_bytes(given["r"], given["s"], given["v"])


@by_name
def test_the_hash_of_every_vector_is_the_clients(vector: dict[str, Any]) -> None:
    if vector["action"]["type"] in signing.USER_SIGNED:
        found = signing.user_signed_digest(vector["action"])
    else:
        found = connection_of(vector, msgspec.msgpack.encode(vector["action"]))
    assert found.hex() == vector["digest"]


@by_name
def test_the_signer_of_every_vector_is_recovered(vector: dict[str, Any]) -> None:
    assert signing.recover(digest_of(vector), signature_of(vector)) == SIGNER


@by_name
def test_v_may_be_given_without_its_27(vector: dict[str, Any]) -> None:
    given = {**vector["signature"], "v": vector["signature"]["v"] - 27}
    signature = signing.signature_bytes(given["r"], given["s"], given["v"])
    assert signing.recover(digest_of(vector), signature) == SIGNER


@by_name
def test_the_high_s_twin_of_every_vector_is_refused(vector: dict[str, Any]) -> None:
    given = vector["signature"]
    twin = hex(signing.CURVE_ORDER - int(given["s"], 16))
    with pytest.raises(Refused, match=r"Unable to recover signer\."):
        signing.signature_bytes(given["r"], twin, 55 - given["v"])


def test_r_and_s_arrive_without_leading_zeros() -> None:
    vector = next(v for v in VECTORS if v["name"] == "batchModify")
    assert len(vector["signature"]["s"]) == 2 + 63
    assert signing.recover(digest_of(vector), signature_of(vector)) == SIGNER


@pytest.mark.parametrize(
    ("r", "s", "v"),
    [
        ("0x0", "0x1", 27),
        ("0x1", "0x0", 27),
        (hex(signing.CURVE_ORDER), "0x1", 27),
        ("0x1", "0x1", 29),
        ("0x1", "0x1", 2),
        ("0x1", "0x1", 26),
    ],
)
def test_numbers_that_no_signer_makes_are_refused(r: str, s: str, v: int) -> None:
    with pytest.raises(Refused, match="Unable to recover signer"):
        signing.signature_bytes(r, s, v)


def test_a_point_off_the_curve_is_refused() -> None:
    with pytest.raises(Refused, match="Unable to recover signer"):
        signing.recover(bytes(32), signing.signature_bytes("0x5", "0x1", 27))


L1_VECTORS = [v for v in VECTORS if v["action"]["type"] not in signing.USER_SIGNED]


@pytest.mark.parametrize("vector", L1_VECTORS, ids=lambda v: v["name"])
def test_sorted_keys_have_the_same_canonical_form(vector: dict[str, Any]) -> None:
    shuffled = json.loads(json.dumps(vector["action"], sort_keys=True))
    packed = decode.canonical_action(decode_action(shuffled))
    assert connection_of(vector, packed).hex() == vector["digest"]


def test_padding_and_upper_case_have_the_same_canonical_form() -> None:
    vector = VECTORS[0]
    action = json.loads(json.dumps(vector["action"]))
    action["orders"][0] |= {"p": "60.500", "s": "1.50", "c": "0x" + "0" * 31 + "1"}
    packed = decode.canonical_action(decode_action(action))
    assert connection_of(vector, packed).hex() == vector["digest"]


def decode_action(action: dict[str, Any]) -> decode.Action:
    typed = decode.action_of(action)
    assert typed is not None
    return typed


SAMPLE: dict[str, Any] = {
    "string": "x",
    "uint64": 5,
    "uint32": 5,
    "bool": True,
    "address": "0x" + "ab" * 20,
    "bytes": "0x0102",
    "bytes32": bytes(32),
}


@pytest.mark.parametrize("name", sorted(signing.USER_SIGNED))
def test_every_user_signed_action_hashes_each_of_its_fields(name: str) -> None:
    _, fields = signing.USER_SIGNED[name]
    action = {"type": name, "hyperliquidChain": "Testnet", "signatureChainId": "0x66eee"}
    action |= {field: SAMPLE[kind] for kind, field in fields}
    digest = signing.user_signed_digest(action)
    wallet = account(0)
    given = wallet.sign(digest)
    signature = signing.signature_bytes(given["r"], given["s"], given["v"])
    assert signing.recover(digest, signature) == wallet.address
    for _, field in fields:
        with pytest.raises(WrongShape, match=field):
            signing.user_signed_digest({**action, field: 1.5})
    for changed in ({"hyperliquidChain": "Mainnet"}, {"signatureChainId": "0x1"}):
        assert signing.user_signed_digest({**action, **changed}) != digest


def test_an_absent_agent_name_hashes_as_the_empty_one() -> None:
    vector = next(v for v in VECTORS if v["name"] == "ApproveAgent")
    without = {k: v for k, v in vector["action"].items() if k != "agentName"}
    assert signing.user_signed_digest(without) == digest_of(vector)
    assert signing.user_signed_digest({**without, "agentName": None}) == digest_of(vector)


@pytest.mark.parametrize("chain_id", [None, 421614, "66eee", "0x", "0x 1", "0x" + "f" * 17, "0xｆ"])
def test_a_chain_id_is_a_hexadecimal_number(chain_id: object) -> None:
    action = {**VECTORS[-1]["action"], "signatureChainId": chain_id}
    with pytest.raises(WrongShape, match="signatureChainId"):
        signing.user_signed_digest(action)


@pytest.mark.parametrize("source", ["a", "b"])
def test_a_message_is_hashed_to_what_the_agent_signs(source: str) -> None:
    payload = signing.connection_payload(b"\x80", 7, None, 9)
    digest = signing.agent_digest(signing.connection_id(b"\x80", 7, None, 9), source)
    assert signing.digest_of(signing.agent_message(payload, source)) == digest
    assert signing.digest_of(signing.digest_message(digest)) == digest
