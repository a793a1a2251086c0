// Read only by browsers that know no modules, and so cannot show the program.
location.replace('/old.html')
