"""SMPP's bytes: against themselves, against a codec that somebody else wrote, and against noise."""

import pytest
import smpp34
from hypothesis import given
from hypothesis import strategies as st

from lantoa.channels.smpp.coding import UCS2, Uncoded, decoded, from_gsm7, gsm7, pieces, unwrapped
from lantoa.channels.smpp.pdu import Command, Frames, Malformed, Party, Pdu, Sms, bind_body, decode, message_id
from lantoa.channels.sms.segments import BASIC, EXTENSION, Alphabet, alphabet_of, count

octets = st.integers(0, 255)
words = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20)
parties = st.builds(Party, octets, octets, words)
messages = st.builds(
    Sms,
    source=parties,
    destination=parties,
    short_message=st.binary(max_size=254),
    service_type=words.map(lambda text: text[:5]),
    esm_class=octets,
    data_coding=octets,
    registered_delivery=octets,
    priority=octets,
    tlvs=st.lists(st.tuples(st.integers(0, 0xFFFF), st.binary(max_size=300)), max_size=3).map(tuple),
)
pdus = st.builds(Pdu, st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.binary())


@given(messages)
def test_a_message_is_read_as_it_was_written(sms: Sms) -> None:
    assert Sms.decode(sms.encode()) == sms


@given(st.lists(pdus, max_size=5), st.data())
def test_a_stream_is_cut_into_its_pdus_however_it_comes(sent: list[Pdu], data: st.DataObject) -> None:
    raw, frames, got = b"".join(pdu.encode() for pdu in sent), Frames(), []
    while raw:
        size = data.draw(st.integers(1, len(raw)))
        got += frames.feed(raw[:size])
        raw = raw[size:]
    assert got == sent
    assert decode(b"".join(pdu.encode() for pdu in sent)) == sent


@given(st.binary(max_size=400))
def test_noise_is_malformed_or_read_and_never_anything_else(raw: bytes) -> None:
    for read in (decode, Sms.decode, Frames().feed):
        try:
            read(raw)
        except Malformed:
            continue
    assert isinstance(message_id(raw), str)


@given(messages.filter(lambda sms: len(sms.tlvs) < 3))
def test_another_codec_reads_what_we_write(sms: Sms) -> None:
    theirs = smpp34.decode(Pdu(Command.SUBMIT_SM, 7, body=sms.encode()).encode())
    assert isinstance(theirs, smpp34.SubmitSm)
    assert theirs.sequence_number == 7
    read = Sms(
        source=Party(theirs.source_addr_ton, theirs.source_addr_npi, theirs.source_addr),
        destination=Party(theirs.dest_addr_ton, theirs.dest_addr_npi, theirs.destination_addr),
        short_message=theirs.short_message, service_type=theirs.service_type, esm_class=theirs.esm_class,
        priority=theirs.priority_flag, registered_delivery=theirs.registered_delivery,
        data_coding=theirs.data_coding, tlvs=tuple((one.tag, one.value) for one in theirs.tlvs),
    )  # fmt: skip
    assert read == sms


@given(source=words, destination=words, content=st.binary(max_size=254), coding=octets, esm=octets)
def test_we_read_what_another_codec_writes(
    source: str, destination: str, content: bytes, coding: int, esm: int
) -> None:
    theirs = smpp34.DeliverSm(
        source, destination, content, data_coding=coding, esm_class=esm, source_addr_ton=1, dest_addr_npi=1
    )
    [pdu] = decode(theirs.encode())
    sms = Sms.decode(pdu.body)
    assert (sms.source, sms.destination) == (Party(1, 0, source), Party(0, 1, destination))
    assert (pdu.command, sms.short_message, sms.data_coding, sms.esm_class) == (
        Command.DELIVER_SM,
        content,
        coding,
        esm,
    )


def test_values_that_do_not_fit_their_field_are_refused() -> None:
    with pytest.raises(Malformed):
        bind_body(system_id="u" * 16, password="p")
    with pytest.raises(Malformed):
        bind_body(system_id="u", password="p" * 9)
    with pytest.raises(Malformed):
        Party(5, 0, "Lan Tỏa").encode()
    with pytest.raises(Malformed):
        Party(5, 0, "a\x00b").encode()
    with pytest.raises(Malformed):
        Sms(source=Party(5, 0, "A"), destination=Party(1, 1, "84"), short_message=b"a" * 255).encode()


@pytest.mark.parametrize("length", [0, 15, 70_000, 2**32 - 1])
def test_a_length_that_cannot_be_ends_the_stream(length: int) -> None:
    with pytest.raises(Malformed):
        Frames().feed(length.to_bytes(4, "big") + b"\x00" * 12)


letters = st.sampled_from(sorted(BASIC | EXTENSION))


@given(st.text(letters, max_size=500))
def test_the_gsm_alphabet_is_read_as_it_was_written(text: str) -> None:
    assert from_gsm7(gsm7(text)) == text


@given(st.text(letters, max_size=600) | st.text(max_size=400), st.integers(0, 255), st.booleans())
def test_a_text_in_pieces_is_the_text_and_each_fits_a_segment(text: str, reference: int, latin: bool) -> None:
    text = text.encode("utf-8", "replace").decode()
    found = pieces(text, reference=reference, latin=latin)
    wide = not text.isascii() if latin else alphabet_of(text) is Alphabet.UCS2
    assert {piece.data_coding for piece in found} <= {UCS2 if wide else 0}
    assert all(len(piece.content) <= (140 if wide else 160) for piece in found)
    if not latin:
        assert len(found) == count(text)
    read = []
    for number, piece in enumerate(found, 1):
        joint, content = unwrapped(piece.content) if piece.joined else (None, piece.content)
        if joint is not None:
            assert (joint.reference, joint.total, joint.number) == (reference, len(found), number)
        assert piece.joined == (len(found) > 1)
        read.append(decoded(content, piece.data_coding, latin=latin))
    assert "".join(read) == text


@given(st.binary(max_size=200), octets, st.booleans())
def test_what_a_phone_sends_is_read_or_said_to_be_uncoded(raw: bytes, coding: int, latin: bool) -> None:
    unwrapped(raw)
    try:
        assert isinstance(decoded(raw, coding, latin=latin), str)
    except Uncoded:
        assert coding not in (0, 1, 3, 8)
