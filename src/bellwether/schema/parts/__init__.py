"""Parts of a specification that have grown a file of their own."""
