"""What a gift-card till means: cards, money, transactions, the step. Standard library only."""
