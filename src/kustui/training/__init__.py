"""Made-up workspaces for demos and training."""
