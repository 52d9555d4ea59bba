"""The receiver of hooks, over real HTTP."""
