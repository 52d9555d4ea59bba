"""Threads as thin shells around pure steppers; joins the rooms."""
