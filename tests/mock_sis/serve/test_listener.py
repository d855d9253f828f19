"""How answers leave: head and body together, nothing lost, nothing after the end."""

import asyncio

from mock_sis.serve.listener import Joining


class Wire:
    """A transport that keeps what it is told to send."""

    def __init__(self):
        self.sent = []
        self.closed = False

    def write(self, data):
        self.sent.append(data)

    def is_closing(self):
        return self.closed

    def close(self):
        self.closed = True


def on_a_wire(act):
    """What goes over the wire when *act* has a transport for one turn of a loop."""

    async def turn():
        wire = Wire()
        act(Joining(wire))
        await asyncio.sleep(0)
        return wire.sent

    return asyncio.run(turn())


def test_head_and_body_go_out_in_one_piece():
    def answer(transport):
        transport.write(b"head ")
        transport.write(b"body")

    assert on_a_wire(answer) == [b"head body"]


def test_a_head_alone_goes_out_with_the_turn():
    assert on_a_wire(lambda transport: transport.write(b"head")) == [b"head"]


def test_what_was_written_goes_out_before_the_end_and_nothing_after_it():
    def cut(transport):
        transport.write(b"half")
        transport.close()
        transport.write(b"more")

    assert on_a_wire(cut) == [b"half"]
