"""Tests of the domain: money, cards, the table, the policy, the picture."""
