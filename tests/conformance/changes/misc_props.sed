# it never puts runtimetest into its bundle
# in validation/misc_props/misc_props.go
s|annotationConfig.AddAnnotation|annotationConfig.SetProcessArgs([]string{"true"})\n\tannotationConfig.AddAnnotation|
