// The Android library (AAR). NOT BUILT HERE: it needs the Android SDK and NDK, which the machines of this project do not have.
// `.ci/android` says how it is built where they are. Everything else, the tests too, is Maven's: see pom.xml.
plugins {
    id("com.android.library") version "8.13.1"
    kotlin("android") version "2.2.21"
}

group = "io.github.senders-sdk"
version = "0.1.0"

android {
    namespace = "io.github.senderssdk.senders"
    compileSdk = 36
    defaultConfig {
        minSdk = 26 // java.time
        consumerProguardFiles("src/main/resources/META-INF/proguard/senders.pro")
    }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
    sourceSets["main"].apply {
        kotlin.srcDirs("src/main/kotlin", "src/main/generated")
        // ABI/libsenders_mobile.so, as `.ci/android` puts them there.
        jniLibs.srcDir("../../target/android")
    }
}

kotlin { jvmToolchain(17) }

dependencies {
    api("org.jetbrains.kotlinx:kotlinx-coroutines-core:1.10.2")
    api("com.squareup.okhttp3:okhttp:5.3.2")
    implementation("net.java.dev.jna:jna:5.18.1@aar")
}
