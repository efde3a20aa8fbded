"""The worked examples of other missions keep what their pages say."""
