"""Public fakes of the ports and builders of hostile or faithful test material."""
