"""What a person does at the counter, as tests that can be read aloud."""
