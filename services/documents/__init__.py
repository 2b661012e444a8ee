"""Keep the documents that acts name: encrypted, found by the hash of what is stored, erasable.

names       what a document is called, cleaned of whatever could mislead
kinds       which kinds are taken, and whether the bytes are what the name says
sealing     the stored form: chunks of AES-256-GCM under a key of the document's own
tickets     what is known of a document, sealed so that it dies with the entry that names it
shelf       where the bytes lie: a folder, or a store that speaks S3
index       which entry holds which document; nothing in it can be read without the keys
naming      which documents an entry names
incoming    a document on its way in
store       the whole: take in, tie to its act, open, erase, sweep
examining   whether all of it is there, and nothing else
"""
