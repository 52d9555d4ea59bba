"""The window: screens, widgets, presenters, words."""
