"""What vendors tell unasked, held to their pages."""
