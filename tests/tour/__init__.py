"""The tour: its books, its hands, its place."""
