# it expects words that its own hooks do not write, in a file that is gone by then, and reads the error that is none when all went well
# in validation/hooks/hooks.go
s|^	var output string|	var output string\n	var outputData []byte|
s|^		PreDelete: |		PostDelete: func(*util.Runtime) (err error) {\n			outputData, err = os.ReadFile(output)\n			return err\n		},\n&|
/outputData, _ := os.ReadFile/d
s|post-start1\\npost-start2\\npost-stop1\\npost-stop2\\n|post-start1 called\\npost-start2 called\\npost-stop1 called\\npost-stop2 called\\n|
s|} else {$|} else if err != nil {|
