"""Desks in browsers: a page for each, and behind it a program of its own."""
