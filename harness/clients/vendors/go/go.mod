module shikaku

go 1.19
