# Writes reference_m3_r.csv: AICc of R's automatic models on every fifth of the first 1 500 monthly
# series of M3 (without their last 18 values).
# Run: Rscript reference_m3.R FOLDER_OF_DATA > reference_m3_r.csv
suppressMessages(library(forecast))
folder <- commandArgs(TRUE)[1]
lines <- readLines(gzfile(file.path(folder, "m3_monthly.tsf.gz")), encoding = "latin1", warn = FALSE)
lines <- lines[(grep("^@data", lines, useBytes = TRUE) + 1):length(lines)]
cat("# R ", as.character(getRversion()), ", forecast ", as.character(packageVersion("forecast")), "\n", sep = "")
cat("# index;ets;ets form;arima (exact search),arima order p d q P D Q constant\n")
for (i in seq(0, min(1499, length(lines) - 1), by = 5)) {
  values <- as.numeric(strsplit(sub("^[^:]*:[^:]*:", "", lines[i + 1], useBytes = TRUE), ",")[[1]])
  y <- ts(values[1:(length(values) - 18)], frequency = 12)
  e <- tryCatch(ets(y), error = function(x) NULL)
  a <- tryCatch(auto.arima(y, approximation = FALSE), error = function(x) NULL)
  order <- if (is.null(a)) "" else paste(c(a$arma[c(1, 6, 2, 3, 7, 4)], as.integer(any(names(a$coef) %in% c("intercept", "drift")))), collapse = " ")
  cat(i, format(if (is.null(e)) NA else e$aicc, digits = 12), if (is.null(e)) "" else e$method,
      format(if (is.null(a)) NA else a$aicc, digits = 12), order, sep = ";")
  cat("\n")
}
