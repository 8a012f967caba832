"""Statistics as SQL or plain arithmetic: intervals of shares, waiting times with open cases."""
