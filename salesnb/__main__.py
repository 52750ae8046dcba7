from salesnb.cli import main

main()
