"""What the payment cryptography promises: published answers, round trips, silence about content."""
