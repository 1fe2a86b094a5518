// The command line: every subcommand of `clientele`.
#pragma once

namespace clientele::app {

// Parses and runs one command. Returns the exit code: 0 done; 1 internal error; 2 invalid input or
// usage; 3 credentials; 4 not found; 5 conflict; 6 busy, try again; 7 configuration; 8 file.
int run_command(int argc, char** argv);

}  // namespace clientele::app
