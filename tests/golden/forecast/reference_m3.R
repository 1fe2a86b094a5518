# Writes reference_m3_r.csv: AICc of R's automatic models on 300 of the 1 428 monthly series of M3: every
# fifth and fourteen more, without their last 18 values.
# Run: Rscript reference_m3.R FOLDER_OF_DATA > reference_m3_r.csv
suppressMessages(library(forecast))
folder <- commandArgs(TRUE)[1]
lines <- readLines(gzfile(file.path(folder, "m3_monthly.tsf.gz")), encoding = "latin1", warn = FALSE)
lines <- lines[(grep("^@data", lines, useBytes = TRUE) + 1):length(lines)]
cat("# R ", as.character(getRversion()), ", forecast ", as.character(packageVersion("forecast")), "\n", sep = "")
cat("# AICc of ets, AICc of auto.arima (exact search), its d and D\n")
for (i in c(seq(0, 1425, by = 5), seq(1001, 1066, by = 5))) {
  values <- as.numeric(strsplit(sub("^[^:]*:[^:]*:", "", lines[i + 1], useBytes = TRUE), ",")[[1]])
  y <- ts(values[1:(length(values) - 18)], frequency = 12)
  a <- auto.arima(y, approximation = FALSE)
  cat(paste0("m3.", i), format(ets(y)$aicc, digits = 12), format(a$aicc, digits = 12), a$arma[6], a$arma[7], sep = ",")
  cat("\n")
}
