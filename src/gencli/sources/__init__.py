"""Where records come from: files, arXiv."""
