"""The pages for people and the data behind them: each a function from the site and a request to a response."""
