// An archive that forgets everything with the process: for tests of what stands on kept models.
#pragma once

#include <memory>

#include "store/model_archive.hpp"

namespace clientele::store {

std::unique_ptr<ModelArchive> make_memory_archive(ModelSpace space = {});

}  // namespace clientele::store
