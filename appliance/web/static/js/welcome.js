// The choice stays; only who waits and who is served is renewed.
live(2000, 60);
