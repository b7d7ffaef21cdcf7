"""The audio part of the toolkit, from one sentence to a finished recording and its proof."""
