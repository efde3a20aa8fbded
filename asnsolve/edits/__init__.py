"""Edit association files, gather the files they name, and list files to associate."""
