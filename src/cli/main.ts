process.stdout.write("millwright\n");
