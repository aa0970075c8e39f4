"""An inert sample."""
