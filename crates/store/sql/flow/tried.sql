update flows set wrong = $1 where digest = $2
