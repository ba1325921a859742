"""Papers from arXiv's query service, asked through the `arxiv` package as its operators wish to be asked."""
