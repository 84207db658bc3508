// A library step: madoguchi(client: './app', select: 'happy/', parts: 4, knownFailures: 'known.yaml')
// Each part is a branch on an agent with that label; the results and the JUnit report are those of the whole.
def call(Map given) {
  def parts = given.parts ?: 1
  def step = given.step ?: './madoguchi/dist/pipelines/step'
  def settings = [
    "MADOGUCHI_CLIENT=${given.client}",
    "MADOGUCHI_SELECT=${given.select ?: ''}",
    "MADOGUCHI_OPTIONS=${given.options ?: ''}",
    "MADOGUCHI_KNOWN=${given.knownFailures ?: ''}",
  ]
  def play = { String word, List more -> withEnv(settings + more) { sh "'${step}' ${word}" } }
  if (parts == 1) {
    try {
      play('run', [])
    } finally {
      keep()
    }
    return
  }
  def branches = [:]
  for (int i = 1; i <= parts; i++) {
    def part = i
    branches["madoguchi ${part}/${parts}"] = {
      node(given.label ?: '') {
        checkout scm
        play('run', ["MADOGUCHI_PART=${part}/${parts}", "MADOGUCHI_PART_NAME=${part}"])
        stash name: "madoguchi-${part}", includes: 'madoguchi-results/**'
      }
    }
  }
  parallel branches
  for (int i = 1; i <= parts; i++) {
    unstash "madoguchi-${i}"
  }
  try {
    play('merge', [])
  } finally {
    keep()
  }
}

private void keep() {
  junit allowEmptyResults: true, testResults: 'madoguchi-results/junit*.xml'
  archiveArtifacts allowEmptyArchive: true, artifacts: 'madoguchi-results/**'
}
