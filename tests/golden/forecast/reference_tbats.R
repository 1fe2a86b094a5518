suppressMessages(library(forecast))
row <- function(name, values) cat(name, ",", paste(format(as.numeric(values), digits = 11, trim = TRUE, scientific = TRUE), collapse = ","), "\n", sep = "")
lines <- readLines("tests/golden/forecast/reference_r.csv")
get <- function(key) as.numeric(strsplit(lines[startsWith(lines, paste0(key, ","))], ",")[[1]][-1])
cat("# R ", as.character(getRversion()), ", forecast ", as.character(packageVersion("forecast")), "\n", sep = "")
for (name in c("air", "daily", "level")) {
  m <- c(air = 12, daily = 7, level = 1)[[name]]
  y <- ts(get(paste0(name, ".y")), frequency = m)
  t0 <- proc.time()[[1]]
  fit <- tbats(y, use.parallel = FALSE)
  seconds <- proc.time()[[1]] - t0
  key <- paste0(name, ".tbats")
  message(name, " ", as.character(fit), " ", fit$AIC, " ", seconds)
  row(paste0(key, ".best"), fit$AIC)
  row(paste0(key, ".mean"), forecast(fit, h = 20)$mean)
}
