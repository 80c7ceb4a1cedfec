"""A floor of agents: real programs in real terminals on one store, each with a script."""
