update flows set form = $1 where digest = $2
