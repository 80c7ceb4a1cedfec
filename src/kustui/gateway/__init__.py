"""The third front end: a small HTTP server for customers' chat and for providers' calls."""
