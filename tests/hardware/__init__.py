"""What the devices promise: bytes in any pieces, cables that go and come, and silence about cards."""
