"""The desk's pages about people: figures, lists coming in, segments, one person."""
